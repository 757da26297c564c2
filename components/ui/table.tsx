import type { ReactNode } from 'react'
import { cn } from './cn.ts'

export interface Column<Row> {
  id: string
  header: ReactNode
  cell: (row: Row) => ReactNode
  align?: 'left' | 'right'
  /** Extra classes for head and cells, for instance to hide a column on phones. */
  className?: string | undefined
}

export interface TableProps<Row> {
  /** Read to screen readers as the table's name. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  selectedKey?: string | undefined
  className?: string | undefined
}

/** A compact table of 32 px rows with hairlines. The first column names the row. */
export function Table<Row>({ caption, columns, rows, rowKey, selectedKey, className }: TableProps<Row>) {
  return (
    // In the order of the Tab key, because a narrow page scrolls it sideways and keys must be able to.
    <div role="group" aria-label={caption} tabIndex={0} className={cn('overflow-x-auto', className)}>
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b">
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={cn(
                  'h-row px-2 text-small font-medium text-ink-faint',
                  column.align === 'right' && 'text-right',
                  column.className,
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              aria-selected={selectedKey === undefined ? undefined : selectedKey === rowKey(row)}
              className="border-b hover:bg-hover aria-selected:bg-wash"
            >
              {columns.map((column, index) => {
                const look = cn(
                  'h-row px-2 py-1',
                  column.align === 'right' && 'text-right tabular-nums',
                  column.className,
                )
                return index === 0 ? (
                  <th key={column.id} scope="row" className={cn(look, 'font-medium')}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.id} className={look}>
                    {column.cell(row)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
