/** The day's curve as ECharts draws it, on the page and in a picture. */
import { t } from '@/i18n'
import { token } from '@/theme/token'
import type { Day } from './figures'

/** `top`: pixels that title and legend take above it. */
export function curveOption(day: Day, scale: number, top = 30) {
  const text = { color: token('text-soft'), fontSize: 12 * scale }
  return {
    animation: false,
    grid: { left: 44 * scale, right: 16 * scale, top: top * scale, bottom: 22 * scale },
    legend: { right: 52 * scale, top: 0, textStyle: text, itemHeight: 8 * scale, itemWidth: 16 * scale },
    xAxis: { type: 'category', data: day.today.map((_, hour) => `${String(hour).padStart(2, '0')}:00`), axisLabel: text, axisLine: { lineStyle: { color: token('line-strong') } } },
    yAxis: { type: 'value', minInterval: 1, axisLabel: text, splitNumber: 2, splitLine: { lineStyle: { color: token('line') } } },
    series: [
      { name: t('curve.today'), type: 'bar', data: day.today, itemStyle: { color: token('brand') }, barMaxWidth: 22 * scale },
      { name: t('curve.lastWeek'), type: 'line', data: day.lastWeek, symbol: 'none', lineStyle: { color: token('map-selected'), type: 'dashed', width: 2 * scale }, itemStyle: { color: token('map-selected') } },
    ],
  }
}
