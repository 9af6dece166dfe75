/** Two short tones, made by the browser itself. It makes none before somebody has touched the page. */
import { ref, type Ref } from 'vue'

const HERTZ = [880, 660]
const SECONDS = 0.18
const LOUD = 0.25

export interface Tone {
  /** The browser still waits for a click or a key before it lets the page sound. */
  waits: Ref<boolean>
  /** Asks for leave to sound; to be called once the sound is wanted. */
  ready(): void
  play(): void
  close(): void
}

export function createTone(make: () => AudioContext = () => new AudioContext()): Tone {
  const waits = ref(false)
  let audio: AudioContext | null = null

  const note = (): void => void (waits.value = audio !== null && audio.state !== 'running')
  const touched = (): void => void audio?.resume().then(note, note)

  function ready(): void {
    if (audio) return
    audio = make()
    audio.addEventListener('statechange', note)
    for (const kind of ['pointerdown', 'keydown']) window.addEventListener(kind, touched)
    note()
  }

  function play(): void {
    ready()
    touched()
    if (audio?.state === 'running') HERTZ.forEach((hertz, at) => beep(audio!, hertz, audio!.currentTime + at * SECONDS))
  }

  function close(): void {
    for (const kind of ['pointerdown', 'keydown']) window.removeEventListener(kind, touched)
    void audio?.close()
    audio = null
  }

  return { waits, ready, play, close }
}

/** It swells and fades, or it would crack. */
function beep(audio: AudioContext, hertz: number, at: number): void {
  const voice = audio.createOscillator()
  const loudness = audio.createGain()
  voice.frequency.value = hertz
  loudness.gain.setValueAtTime(0, at)
  loudness.gain.linearRampToValueAtTime(LOUD, at + 0.02)
  loudness.gain.linearRampToValueAtTime(0, at + SECONDS)
  voice.connect(loudness).connect(audio.destination)
  voice.start(at)
  voice.stop(at + SECONDS)
}
