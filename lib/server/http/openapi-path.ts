/** The resource a path belongs to; heads a group in the API description. */
export function tagOf(path: string): string {
  const [, , first = 'other', , third] = path.split('/')
  return first === 'stories' && third ? third : first
}

/** A path in OpenAPI's writing: `/a/:id` becomes `/a/{id}`. */
export function openApiPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}
