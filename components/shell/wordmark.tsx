/** Our sign: three threads, one of them crossing in madder. */
export function Wordmark({ className = 'size-5' }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" fill="none" strokeWidth="1.6" strokeLinecap="round" aria-hidden className={className}>
      <path d="M4 2v16M10 2v4.5M10 13.5V18M16 2v16" stroke="currentColor" />
      <path d="M1.5 12.5c4.5 0 4-5 8.5-5s4 5 8.5 5" stroke="var(--madder)" strokeWidth="2" />
    </svg>
  )
}
