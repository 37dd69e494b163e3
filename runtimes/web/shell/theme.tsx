import { useState } from 'react'
import { Choices } from '../parts/choices.tsx'

type Choice = 'system' | 'light' | 'dark'

const KEY = 'theme'

/** Puts the stored choice on the document; called once before the first paint. */
export function applyTheme(choice = localStorage.getItem(KEY) ?? 'system'): void {
  if (choice === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = choice
}

export function ThemeSwitch() {
  const [choice, choose] = useState<Choice>((localStorage.getItem(KEY) as Choice | null) ?? 'system')
  return (
    <Choices
      name="Colours"
      value={choice}
      set={next => {
        localStorage.setItem(KEY, next)
        applyTheme(next)
        choose(next)
      }}
      choices={[
        ['system', 'System'],
        ['light', 'Light'],
        ['dark', 'Dark'],
      ]}
    />
  )
}
