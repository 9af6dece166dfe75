/** Entry of the map wall, `/`. */
import 'maplibre-gl/dist/maplibre-gl.css'
import '@/theme/base.css'
import { createApp } from 'vue'
import WallPage from './WallPage.vue'

createApp(WallPage).mount('#app')
