/**
 * Writes that the server has not yet acknowledged, kept in the browser's storage so that a closed tab or a
 * dropped connection loses nothing. Each write is a key of its own: two tabs on one plan do not overwrite each
 * other's, and the token keeps a write that both send from being applied twice.
 */
import type { FeatureCollection } from 'geojson'
import type { WriteKind } from './types'

export interface Write {
  token: string
  plan: number
  user: string
  kind: WriteKind
  args: object
  /** Milliseconds since 1970, the order in which writes are sent. */
  at: number
  /** The grids that it names or touches, as far as the browser knows. */
  codes: string[]
  /** What the map shows of it until it is acknowledged. */
  sketch: FeatureCollection | null
}

const PREFIX = 'wangge.write.'

export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** A locked-down browser may refuse storage; then unsent work lives as long as the tab. */
function memory(): Shelf {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    key: (index) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size
    },
  }
}

export function browserShelf(): Shelf {
  try {
    localStorage.setItem(`${PREFIX}try`, '1')
    localStorage.removeItem(`${PREFIX}try`)
    return localStorage
  } catch {
    return memory()
  }
}

export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export class Outbox {
  constructor(
    private readonly plan: number,
    private readonly shelf: Shelf = browserShelf(),
  ) {}

  /** What `user` left unsent on this plan, oldest first; what cannot be read is dropped. */
  read(user: string): Write[] {
    const keys = Array.from({ length: this.shelf.length }, (_, index) => this.shelf.key(index))
    const found = keys.filter((key) => key?.startsWith(`${PREFIX}${this.plan}.`)).map((key) => this.parse(key!))
    return found.filter((write): write is Write => write?.user === user).sort((a, b) => a.at - b.at)
  }

  private parse(key: string): Write | null {
    try {
      return JSON.parse(this.shelf.getItem(key) ?? '') as Write
    } catch {
      this.shelf.removeItem(key)
      return null
    }
  }

  add(write: Write): void {
    try {
      this.shelf.setItem(this.key(write.token), JSON.stringify(write))
    } catch {
      // No room left: this one then lives as long as the tab, where the sender holds it.
    }
  }

  remove(token: string): void {
    this.shelf.removeItem(this.key(token))
  }

  private key(token: string): string {
    return `${PREFIX}${this.plan}.${token}`
  }
}
