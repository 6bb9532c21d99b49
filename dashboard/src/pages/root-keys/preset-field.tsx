//! Chooses a preset, which fills the matrix.

import { useId } from "react";
import { cx } from "@/ui/cx";
import type { Preset } from "./picker";

/** The presets as a group of radio buttons. `from` is the one that the present choice began with. */
export function PresetField({
  presets,
  current,
  from,
  onChoose,
  onClear,
}: {
  presets: readonly Preset[];
  /** The preset that the present choice equals. */
  current: Preset | undefined;
  from: Preset | undefined;
  onChoose: (preset: Preset) => void;
  onClear: () => void;
}) {
  const name = useId();
  const custom = from && !current ? `Custom (from ${from.label})` : "Custom";
  return (
    <fieldset>
      <legend className="sr-only">Preset</legend>
      <div className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
        {presets.map((preset) => (
          <Choice
            key={preset.id}
            name={name}
            label={preset.label}
            line={preset.line}
            checked={current?.id === preset.id}
            onCheck={() => onChoose(preset)}
          />
        ))}
        <Choice
          name={name}
          label={custom}
          line="Your own choice, below."
          checked={current === undefined}
          onCheck={onClear}
        />
      </div>
    </fieldset>
  );
}

function Choice({
  name,
  label,
  line,
  checked,
  onCheck,
}: {
  name: string;
  label: string;
  line: string;
  checked: boolean;
  onCheck: () => void;
}) {
  const id = useId();
  return (
    <label
      className={cx(
        "flex cursor-default items-start gap-2 rounded-lg border px-3 py-2 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent",
        checked ? "border-accent bg-accent-soft" : "border-line bg-surface hover:bg-hover",
      )}
    >
      <span className="flex h-5 items-center">
        <input
          type="radio"
          name={name}
          checked={checked}
          onChange={onCheck}
          aria-label={label}
          aria-describedby={id}
          className="size-3.5 accent-accent-solid outline-none"
        />
      </span>
      <span className="min-w-0">
        <span aria-hidden className="block font-medium">
          {label}
        </span>
        <span id={id} className={cx("block text-xs", checked ? "text-text-2" : "text-text-3")}>
          {line}
        </span>
      </span>
    </label>
  );
}
