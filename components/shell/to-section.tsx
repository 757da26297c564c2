'use client'
import { useEffect } from 'react'

/**
 * Goes to the section an address names, and stays there while the sections above it fill and push it down, until the
 * person does something. The sections come after the session is known, too late for the browser's own jump.
 */
export function ToSection() {
  // Syncs the scroll position with the address.
  useEffect(() => {
    const section = document.getElementById(window.location.hash.slice(1))
    if (!section?.parentElement) return
    const sizes = new ResizeObserver(() => section.scrollIntoView())
    sizes.observe(section.parentElement)
    const hands = new AbortController()
    for (const sign of ['wheel', 'touchstart', 'pointerdown', 'keydown'])
      window.addEventListener(sign, () => sizes.disconnect(), { signal: hands.signal, passive: true })
    return () => {
      sizes.disconnect()
      hands.abort()
    }
  }, [])
  return null
}
