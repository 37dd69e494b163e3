import { Combobox as BaseCombobox } from '@base-ui/react/combobox'
import type { Choice } from './widgets.tsx'

/** Type to search; what is not listed can be given where the model takes it. */
export default function Combobox({ id, describedBy, isInvalid, isDisabled, value, set, options }: Choice) {
  const items = options.map(option => option.value)
  const label = (item: string) => options.find(option => option.value === item)?.label ?? item
  return (
    <BaseCombobox.Root
      items={items}
      value={value === null ? null : String(value)}
      onValueChange={next => set(next)}
      itemToStringLabel={label}
      disabled={isDisabled}
    >
      <BaseCombobox.Input
        id={id}
        className="input"
        aria-invalid={isInvalid}
        aria-describedby={describedBy}
        placeholder="Type to search"
      />
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner className="layer" sideOffset={4}>
          <BaseCombobox.Popup className="menu">
            <BaseCombobox.Empty className="muted small">No match</BaseCombobox.Empty>
            <BaseCombobox.List>
              {(item: string) => (
                <BaseCombobox.Item key={item} value={item} className="menu-item">
                  {label(item)}
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  )
}
