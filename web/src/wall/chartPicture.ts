/** A figure as a picture: drawn by ECharts beside the page, with its title and time, twice as sharp as the screen. */
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { formatPercent } from '@/format/measures'
import { token } from '@/theme/token'
import type { Bar } from './ranking'
import { blobOf } from './saving'

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, CanvasRenderer])

const WIDTH = 960
const ROW = 26
const HEAD = 84

export async function chartPicture(option: EChartsCoreOption, title: string, subtitle: string, height = 420): Promise<Blob> {
  const chart = init(document.createElement('div'), null, { width: WIDTH, height, devicePixelRatio: 2 })
  try {
    const head = { text: title, subtext: subtitle, left: 16, top: 8, textStyle: { color: token('text') }, subtextStyle: { color: token('text-soft') } }
    chart.setOption({ ...option, title: head, animation: false, backgroundColor: token('surface') })
    return await blobOf(chart.renderToCanvas({ pixelRatio: 2 }))
  } finally {
    chart.dispose()
  }
}

const said = ({ ratio, value }: Bar): string =>
  ratio ? `${formatPercent(ratio.rate)}  ${ratio.part}/${ratio.whole}` : String(value ?? '—')

/** Bars from top to bottom in their order, each with its value as the page says it. */
export function barsPicture(bars: readonly Bar[], title: string, subtitle: string): Promise<Blob> {
  const text = { color: token('text'), fontSize: 13 }
  const option = {
    grid: { left: 160, right: 130, top: HEAD, bottom: 16 },
    xAxis: { type: 'value', show: false },
    yAxis: { type: 'category', inverse: true, data: bars.map((bar) => bar.title), axisLabel: text, axisTick: { show: false }, axisLine: { show: false } },
    series: [{
      type: 'bar', data: bars.map(({ share }) => share), itemStyle: { color: token('brand') }, barMaxWidth: 14,
      label: { show: true, position: 'right', ...text, formatter: ({ dataIndex }: { dataIndex: number }) => said(bars[dataIndex]!) },
    }],
  }
  return chartPicture(option, title, subtitle, HEAD + 16 + Math.max(1, bars.length) * ROW)
}
