'use client'
import { useEffect, useState } from 'react'

const channel = new EventTarget()

/** Says something to screen readers without moving the focus. Use for results that are only seen: moves, counts, saves. */
export function announce(text: string): void {
  channel.dispatchEvent(new CustomEvent('say', { detail: text }))
}

/** The live region of the page; mounted once by the providers. */
export function Announcer() {
  const [said, setSaid] = useState({ text: '', turn: 0 })
  // Syncs the region with what any part of the page announces.
  useEffect(() => {
    const handleSay = (event: Event) =>
      setSaid((before) => ({ text: String((event as CustomEvent<string>).detail), turn: before.turn + 1 }))
    channel.addEventListener('say', handleSay)
    return () => channel.removeEventListener('say', handleSay)
  }, [])
  // A new element per turn makes the same words be read a second time.
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only">
      <span key={said.turn}>{said.text}</span>
    </div>
  )
}
