import type { ReactNode } from 'react'

/*
 * Our own line drawings for empty places, drawn with one pen: 1.5 px ink strokes, one madder line each.
 * They are decoration; the words beside them say everything.
 */
function Drawing({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 176 112"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      className="[&_*]:[vector-effect:non-scaling-stroke]"
    >
      {children}
    </svg>
  )
}

/** An upright loom with its warp, and one coloured weft on its way through. */
export function LoomDrawing() {
  return (
    <Drawing>
      <path d="M34 104V12M142 104V12M26 104h16M134 104h16" />
      <path d="M28 18h120M28 23h120M28 90h120M28 95h120" />
      <path d="M50 23v67M62 23v67M74 23v67M86 23v67M98 23v67M110 23v67M122 23v67" opacity=".55" />
      <path
        d="M44 86c6-2 8-2 12 0s6 2 12 0 8-2 12 0 6 2 12 0 8-2 12 0 6 2 12 0 8-2 12 0M44 80c6 2 8 2 12 0s6-2 12 0 8 2 12 0 6-2 12 0 8 2 12 0 6-2 12 0 8 2 12 0M44 74c6-2 8-2 12 0s6 2 12 0 8-2 12 0 6 2 12 0 8-2 12 0 6 2 12 0 8-2 12 0M44 68c6 2 8 2 12 0s6-2 12 0 8 2 12 0 6-2 12 0 8 2 12 0 6-2 12 0 8 2 12 0"
        opacity=".8"
      />
      <path d="M44 60c6-2 8-2 12 0s6 2 12 0 8-2 12 0 6 2 12 0 6-2 12 0" stroke="var(--madder)" strokeWidth="2" />
      <path d="M104 59l5-3 22-3 8 3-7 4-22 3z" fill="var(--paper)" />
    </Drawing>
  )
}

/** Sheets on a table, the topmost with a few lines and a pen. */
export function PagesDrawing() {
  return (
    <Drawing>
      <path d="M18 98h140" />
      <path d="M52 94L44 30l56-8 8 66M48 94l-9-58" opacity=".55" />
      <path d="M60 94V24h50l12 12v58z" fill="var(--paper)" />
      <path d="M110 24v12h12" />
      <path d="M70 46h40M70 55h42M70 64h36M70 73h22" opacity=".7" />
      <path d="M98 82c4-3 8 2 12-1" stroke="var(--madder)" strokeWidth="2" />
      <path d="M112 80l30-34 6 5-30 34-8 3z" fill="var(--paper)" />
      <path d="M137 52l6 5" />
    </Drawing>
  )
}

/** Three cards on a path that forks. */
export function ForkDrawing() {
  return (
    <Drawing>
      <rect x="14" y="42" width="40" height="26" rx="3" />
      <path d="M21 51h24M21 58h16" opacity=".6" />
      <path d="M54 55c22 0 20-28 44-28h14" />
      <path d="M54 55c22 0 20 30 44 30h14" stroke="var(--madder)" strokeWidth="2" />
      <rect x="112" y="14" width="48" height="26" rx="3" />
      <path d="M119 23h30M119 30h20" opacity=".6" />
      <rect x="112" y="72" width="48" height="26" rx="3" strokeDasharray="4 4" />
      <path d="M136 80v10M131 85h10" />
    </Drawing>
  )
}

/** A comic page with empty panels and one balloon. */
export function PanelsDrawing() {
  return (
    <Drawing>
      <rect x="46" y="8" width="84" height="98" rx="2" />
      <path d="M53 15h40v36H53zM99 15h24v36H99zM53 57h24v42H53zM83 57h40v42H83z" />
      <path d="M89 66c0-4 6-6 13-6s13 2 13 6-6 6-12 6l-6 6 1-6c-5-1-9-3-9-6z" stroke="var(--madder)" strokeWidth="2" />
      <path d="M59 45c6-10 12-14 17-10 4-8 9-6 11 10M104 45v-12a6 6 0 0112 0v12" opacity=".6" />
    </Drawing>
  )
}

/** Two figures in outline, one hatched. */
export function CastDrawing() {
  return (
    <Drawing>
      <circle cx="68" cy="36" r="15" />
      <path d="M38 100c2-28 14-40 30-40s28 12 30 40" />
      <path d="M54 74l-8 26M64 66l-10 34M74 66L64 100M83 72l-9 28" opacity=".5" />
      <circle cx="112" cy="44" r="13" />
      <path d="M104 66c20-8 34 6 36 34" />
      <path d="M60 36c4 4 10 4 15 0" stroke="var(--madder)" strokeWidth="2" />
      <path d="M26 100h124" />
    </Drawing>
  )
}

/** A round table with chairs and a sheet on it. */
export function RoomDrawing() {
  return (
    <Drawing>
      <ellipse cx="88" cy="52" rx="46" ry="18" />
      <path d="M88 70v28M70 100c4-4 32-4 36 0" />
      <path d="M24 44v52M24 68h16v28M152 44v52M152 68h-16v28" />
      <path d="M76 48l20-5 8 10-21 5z" />
      <path d="M84 51l12-3" stroke="var(--madder)" strokeWidth="2" />
      <path d="M62 28c0-8 8-12 14-8M104 24c6-6 14-2 14 6" opacity=".5" />
    </Drawing>
  )
}

/** A door that stands ajar, a key in it. */
export function DoorDrawing() {
  return (
    <Drawing>
      <path d="M22 102h132" />
      <path d="M62 102V14h52v88" />
      <path d="M62 14l34 10v84l-34-6" fill="var(--paper)" />
      <circle cx="88" cy="64" r="2.5" />
      <path d="M88 67v10M88 72h4" stroke="var(--madder)" strokeWidth="2" />
      <path d="M104 34l18-8M104 60h24M104 84l18 8" opacity=".5" />
    </Drawing>
  )
}

/** A cut thread: the line to the server is down. */
export function CutThreadDrawing() {
  return (
    <Drawing>
      <path d="M14 60c16-18 26 14 42-2 8-8 12-4 16-2" stroke="var(--madder)" strokeWidth="2" />
      <path d="M104 54c6-4 12 8 20 2 12-10 20 14 38-4" stroke="var(--madder)" strokeWidth="2" />
      <circle cx="82" cy="88" r="7" />
      <circle cx="100" cy="88" r="7" />
      <path d="M85 82l11-46M97 82L86 36" />
    </Drawing>
  )
}
