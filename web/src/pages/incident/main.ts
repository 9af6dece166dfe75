/** Entry of the one-click page: `/incidents/{number}`, or `/incidents/?lon=&lat=&crs=` for a place. */
import 'maplibre-gl/dist/maplibre-gl.css'
import '@/theme/base.css'
import '@/theme/forms.css'
import { createApp } from 'vue'
import IncidentPage from './IncidentPage.vue'

createApp(IncidentPage).mount('#app')
