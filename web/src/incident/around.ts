/** What is around a place, as the map draws it: each thing with a key that the list beside the map knows it by too. */
import type { Feature, FeatureCollection } from 'geojson'
import { formatDistance } from '@/format/measures'
import { language, t, type MessageKey } from '@/i18n'
import { theme } from '@/theme/theme'
import { markName } from './map/marks'
import type { Drawn, Help, NearIncident, Position, Situation } from './types'

export interface Thing {
  key: string
  name: string
  at: Position
}

export const rowKey = (layer: string, id: number | string): string => `row:${layer}:${id}`
export const helpKey = (help: Help): string => `help:${help.layer}:${help.id}`
export const nearKey = (near: { number: string }): string => `incident:${near.number}`

function keyOf({ part, layer, id, number }: Drawn): string {
  if (part === 'incident') return nearKey({ number: number ?? '' })
  return `${part}:${layer}:${id}`
}

/** To ten metres below a kilometre, to a hundred beyond: nobody walks more exactly. */
export const roundMetres = (metres: number): string =>
  formatDistance(metres < 995 ? Math.round(metres / 10) * 10 : Math.round(metres / 100) * 100)

export const wayWords = ({ along, metres }: { along: string; metres: number }): string => `${t(`inc.along.${along}` as MessageKey)} ${roundMetres(metres)}`

const own = (situation: Situation): string | undefined => situation.incident?.properties.number

export const nearby = (situation: Situation): NearIncident[] =>
  situation.incidents?.listed.filter(({ number }) => number !== own(situation)) ?? []

/** Everything that can be pointed at, in the list or on the map, by its key. */
export function things(situation: Situation): Map<string, Thing> {
  const found = new Map<string, Thing>()
  for (const { geometry, properties } of situation.features.features) {
    const key = keyOf(properties)
    const name = properties.part === 'incident' ? (properties.item_name ?? '') : (properties.name || properties.title?.[language.value] || '')
    found.set(key, { key, name, at: geometry.coordinates as Position })
  }
  return found
}

/** Keys of what is drawn as help: it is no dot of its layer beside. */
const helping = ({ help }: Situation): Set<string> => new Set(help.map((one) => rowKey(one.layer, one.id)))

/** The rows of layers that the map shows as dots. */
export function dots(situation: Situation): Drawn[] {
  const helps = helping(situation)
  const rows = situation.features.features.map(({ properties }) => properties)
  return rows.filter((row) => row.part === 'row' && !row.layer?.startsWith('incidents') && !helps.has(keyOf(row)))
}

/**
 * The situation's features with colours and words of this moment. What also helps is drawn as help alone; what is pointed
 * at has its name from the ring around it.
 */
export function aroundShape(situation: Situation, focused: string | null = null): FeatureCollection {
  const rows = new Set(dots(situation))
  const staff = new Map(situation.staff?.map((one) => [rowKey('staff', one.id), one.post_title[language.value]]))
  const features = situation.features.features.flatMap(({ geometry, properties }): Feature[] => {
    const key = keyOf(properties)
    if (properties.layer?.startsWith('incidents')) return []
    if (properties.part === 'incident' && properties.number === own(situation)) return []
    if (properties.part === 'row' && !rows.has(properties)) return []
    return [{ type: 'Feature', geometry, properties: { key, part: properties.part, ...look(properties, staff.get(key)), ...(key === focused ? { name: '' } : {}) } }]
  })
  return { type: 'FeatureCollection', features }
}

function helpLook({ name = '', kind, along = 'straight', metres = 0 }: Drawn): Record<string, string | number> {
  return { metres, name, sign: t(`inc.sign.${kind}` as MessageKey), words: `${name} · ${wayWords({ along, metres })}` }
}

function look(drawn: Drawn, post: string | undefined): Record<string, string | number> {
  const title = post ?? drawn.title?.[language.value] ?? ''
  const colour = drawn.colour?.[theme.value] ?? ''
  if (drawn.part === 'incident')
    return { icon: markName(drawn.light ?? 'green', theme.value), words: `${drawn.item_name} · ${drawn.state_title} · ${t(`inc.light.${drawn.light}` as MessageKey)}` }
  if (drawn.part === 'help') return { colour, ...helpLook(drawn) }
  return { colour, words: [title, drawn.name].filter(Boolean).join(' · ') }
}

/** The ring around what is pointed at, and a line to it from the place. */
export function focusShape(thing: Thing | null, from: Position): FeatureCollection {
  if (!thing) return { type: 'FeatureCollection', features: [] }
  return {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', geometry: { type: 'LineString', coordinates: [from, thing.at] }, properties: { part: 'way' } },
      { type: 'Feature', geometry: { type: 'Point', coordinates: thing.at }, properties: { part: 'ring', name: thing.name } },
    ],
  }
}

export const placeShape = (at: Position): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { icon: markName('pin', theme.value) } }],
})
