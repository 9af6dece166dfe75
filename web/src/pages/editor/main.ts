/** Entry of the grid editor: `/editor/` is the list of plans, `/editor/{id}` one plan. */
import 'maplibre-gl/dist/maplibre-gl.css'
import '@/theme/base.css'
import { createApp } from 'vue'
import EditorPage from './EditorPage.vue'
import PlanListPage from '@/pages/plans/PlanListPage.vue'

const plan = /^\/editor\/(\d+)/.exec(window.location.pathname)?.[1]

createApp(plan ? EditorPage : PlanListPage, plan ? { plan: Number(plan) } : {}).mount('#app')
