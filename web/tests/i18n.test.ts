/** Prove that no text is missing in either language, and none is baked into a component. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LANGUAGES, language, setLanguage, t } from '@/i18n'

const SOURCE = join(import.meta.dirname, '../src')
const files = (ending: string): string[] =>
  (readdirSync(SOURCE, { recursive: true }) as string[]).filter((name) => name.endsWith(ending))
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()

describe('messages', () => {
  const keys = Object.keys(LANGUAGES.zh) as (keyof typeof LANGUAGES.zh)[]

  it('exist in every language, none empty', () => {
    expect(Object.keys(LANGUAGES.en).sort()).toEqual([...keys].sort())
    for (const messages of Object.values(LANGUAGES)) expect(Object.values(messages).every((text) => text.trim())).toBe(true)
  })

  it.each(keys)('%s names the same values in both languages', (key) => {
    expect(placeholders(LANGUAGES.en[key])).toEqual(placeholders(LANGUAGES.zh[key]))
  })

  it('are all used', () => {
    const code = [...files('.vue'), ...files('.ts')].filter((name) => !name.startsWith('i18n')).map((name) => readFileSync(join(SOURCE, name), 'utf8')).join()
    const composed = /^(figure|alarm\.(off|red|urgent|all)$|filter\.hours\.|situation\.(street|straight)|tools|past|tier|kind|layers|planState|load|tool|step|snap|palette|compare|save|error|role|plans\.start|report|life|conflict|diff|defects|inc\.(light|clock|unit|phase|mark|party|source|located|level|urgency|along|sign)\.|split\.keep|card\.(north|east|south|west))/
    expect(keys.filter((key) => !composed.test(key) && !code.includes(`'${key}'`))).toEqual([])
  })
})

it.each(files('.vue'))('%s holds no Chinese outside its comments and styles', (name) => {
  const text = readFileSync(join(SOURCE, name), 'utf8').replace(/<style[\s\S]*?<\/style>/g, '')
  expect(text.match(/\p{Script=Han}/u)).toBeNull()
})

it('fills in values and sets the language of the document', () => {
  setLanguage('en')
  expect(document.documentElement.lang).toBe('en')
  expect(t('search.count', { n: 3 })).toBe('3 results')
  setLanguage('zh')
  expect(language.value).toBe('zh')
  expect(t('search.none', { q: '大兴' })).toContain('大兴')
})
