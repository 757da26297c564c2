/** Where the keyboard goes when somebody asks for the details. */
export const DETAILS_ID = 'details-panel'

let wanted = false

/** Takes the keyboard to the details panel, now or as soon as it is drawn. */
export function focusDetails(): void {
  const panel = document.getElementById(DETAILS_ID)
  if (panel) panel.focus()
  else wanted = true
}

/** Whether somebody asked for the details before they were drawn; says so once. */
export function takeWantedFocus(): boolean {
  const was = wanted
  wanted = false
  return was
}
