/** What the marks of the map mean: only those that are in the picture, in the words and colours of the layers' own legends. */
import { LIGHTS } from '@/incident/types'
import { language, t, type MessageKey } from '@/i18n'
import { theme } from '@/theme/theme'
import { dots, nearby } from './around'
import type { Light, Situation } from './types'

export interface LegendClass {
  title: string
  colour: string
}

export interface Legend {
  /** Lights of the open incidents near. */
  lights: Light[]
  /** Kinds of help, by the sign in their ring. */
  help: { sign: string; title: string; colour: string }[]
  /** Layers whose rows are dots, each with the classes that are there. */
  layers: { key: string; title: string; classes: LegendClass[] }[]
}


export function legendOf(situation: Situation): Legend {
  const lights = new Set(nearby(situation).map(({ light }) => light))
  return { lights: LIGHTS.filter((light) => lights.has(light)), help: helpOf(situation), layers: layersOf(situation) }
}

/** A kind whose things differ in colour has a ring without one: what the colour says stands in their own layer's legend. */
function helpOf({ help, features }: Situation): Legend['help'] {
  const colours = new Map<string, Set<string>>()
  for (const { properties: { part, kind, colour } } of features.features) {
    if (part === 'help' && kind) colours.set(kind, (colours.get(kind) ?? new Set()).add(colour?.[theme.value] ?? ''))
  }
  const titles = new Map(help.map(({ kind, title }) => [kind, title[language.value]]))
  return [...titles].map(([kind, title]) => {
    const [colour = '', ...others] = colours.get(kind) ?? []
    return { sign: t(`inc.sign.${kind}` as MessageKey), title, colour: others.length ? '' : colour }
  })
}

function layersOf(situation: Situation): Legend['layers'] {
  const titles = new Map(situation.counts.map(({ layer, title }) => [layer, title[language.value]]))
  const found = new Map<string, Map<string, LegendClass>>()
  for (const { layer, title, colour } of dots(situation)) {
    const classes = found.get(layer!) ?? new Map<string, LegendClass>()
    const words = title?.[language.value] ?? ''
    found.set(layer!, classes.set(words, { title: words, colour: colour?.[theme.value] ?? '' }))
  }
  return [...found].map(([key, classes]) => ({ key, title: titles.get(key) ?? key, classes: [...classes.values()] }))
}
