const PATHS = {
  predict: 'M3 17l5-6 4 3 6-8M14 6h4v4',
  batch: 'M4 6h12M4 10h12M4 14h8',
  evaluate: 'M4 17V9M10 17V4M16 17v-6',
  card: 'M5 3h10v14H5zM8 7h4M8 10h4',
  models: 'M10 3l7 4-7 4-7-4zM3 11l7 4 7-4',
  operations: 'M2 11h4l2-6 4 11 2-5h4',
  calls: 'M7 6l-4 4 4 4M13 6l4 4-4 4',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

export function Mark() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <rect width="16" height="16" rx="4" fill="var(--accent)" />
      <path
        d="M3 12c3 0 3-7 5-7s2 7 5 7"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </svg>
  )
}
