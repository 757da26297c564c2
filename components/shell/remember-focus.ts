/**
 * Notes where the keys go now, with the caret; the returned function gives both back. Does nothing when the element is
 * gone or nothing had the focus.
 */
export function rememberFocus(): () => void {
  const element = document.activeElement
  const { anchorNode, anchorOffset, focusNode, focusOffset } = document.getSelection() ?? noSelection
  return () => {
    if (!(element instanceof HTMLElement) || element === document.body || !element.isConnected) return
    element.focus({ preventScroll: true })
    // An editor puts its caret back some moments later; keys pressed until then would land at the text's beginning.
    if (!anchorNode || !focusNode || !element.contains(anchorNode) || !element.contains(focusNode)) return
    document
      .getSelection()
      ?.setBaseAndExtent(anchorNode, within(anchorNode, anchorOffset), focusNode, within(focusNode, focusOffset))
  }
}

const noSelection = { anchorNode: null, anchorOffset: 0, focusNode: null, focusOffset: 0 }

/** Others may have shortened the text in the meantime. */
function within(node: Node, offset: number): number {
  return Math.min(offset, node.nodeType === Node.TEXT_NODE ? (node.nodeValue ?? '').length : node.childNodes.length)
}
