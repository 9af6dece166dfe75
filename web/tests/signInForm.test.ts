import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, nextTick, type App } from 'vue'
import SignInForm from '@/components/SignInForm.vue'

/** The server's rule: the password is right, and so is the code 123456. */
function answer(sent: Record<string, string>): Response {
  const refuse = (code: string): Response => Response.json({ error: { code, message: `said: ${code}` } }, { status: 401 })
  if (sent['password'] !== 'right') return refuse('wrong_password')
  if (!sent['otp']) return refuse('second_factor_needed')
  return sent['otp'] === '123456' ? Response.json({ username: sent['username'] }) : refuse('wrong_code')
}

const settled = async (): Promise<void> => {
  await new Promise((done) => setTimeout(done, 0))
  await nextTick()
}

describe('signing in with a second factor', () => {
  let app: App
  const root = document.createElement('div')
  const done = vi.fn()

  const input = (name: string): HTMLInputElement | null => root.querySelector(`input[name=${name}]`)

  async function submit(values: Record<string, string>): Promise<string | undefined> {
    for (const [name, value] of Object.entries(values)) {
      input(name)!.value = value
      input(name)!.dispatchEvent(new Event('input'))
    }
    root.querySelector('form')!.dispatchEvent(new Event('submit'))
    await settled()
    await settled()
    return root.querySelector('[role=alert]')?.textContent
  }

  beforeEach(() => {
    vi.stubGlobal('fetch', async (_path: string, request: RequestInit) =>
      request.method === 'POST' ? answer(JSON.parse(request.body as string)) : Response.json({ sample: false }),
    )
    app = createApp(SignInForm, { onDone: done })
    document.body.append(root)
    app.mount(root)
  })

  afterEach(() => {
    app.unmount()
    done.mockReset()
    vi.unstubAllGlobals()
  })

  it('asks for the code only once the server does, and signs in with it', async () => {
    expect(input('otp')).toBeNull()
    expect(await submit({ username: 'li', password: 'wrong' })).toBe('said: wrong_password')
    expect(input('otp')).toBeNull()
    expect(await submit({ password: 'right' })).toBeUndefined()
    expect(document.activeElement).toBe(input('otp'))
    expect(await submit({ otp: '000000' })).toBe('said: wrong_code')
    expect(input('otp')!.value).toBe('')
    await submit({ otp: '123 456' })
    expect(done).toHaveBeenCalledWith({ username: 'li' })
  })

  it('forgets the code with the name', async () => {
    await submit({ username: 'li', password: 'right' })
    expect(input('otp')).not.toBeNull()
    input('username')!.value = 'wang'
    input('username')!.dispatchEvent(new Event('input'))
    await nextTick()
    expect(input('otp')).toBeNull()
  })
})

describe('signing in at a provider', () => {
  let app: App
  const root = document.createElement('div')
  const assign = vi.fn()

  async function shown(oidc: string | null): Promise<HTMLButtonElement | undefined> {
    vi.stubGlobal('fetch', async (path: string) => Response.json(path.endsWith('session/') ? { oidc } : { sample: false }))
    vi.stubGlobal('location', { pathname: '/editor/', search: '?plan=1', hash: '#14/34.7/114.3', assign })
    app = createApp(SignInForm)
    app.mount(root)
    await settled()
    await settled()
    return [...root.querySelectorAll('button')].find((button) => button.textContent === '使用统一身份认证登录')
  }

  afterEach(() => {
    app.unmount()
    vi.unstubAllGlobals()
  })

  it('is offered where there is one, and comes back to this very view', async () => {
    expect(await shown(null)).toBeUndefined()
    app.unmount()
    const button = await shown('/oidc/authenticate/')
    button!.click()
    expect(assign).toHaveBeenCalledWith('/oidc/authenticate/?next=%2Feditor%2F%3Fplan%3D1%2314%2F34.7%2F114.3')
  })
})
