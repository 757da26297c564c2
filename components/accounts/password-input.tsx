'use client'
import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Input } from '#components/ui/input.tsx'

export interface PasswordInputProps {
  value: string
  onChange: (value: string) => void
  autoComplete: 'new-password' | 'current-password'
  required?: boolean | undefined
}

/** A password field that can show what was typed. Paste and password managers are welcome. */
export function PasswordInput({ value, onChange, autoComplete, required }: PasswordInputProps) {
  const [shown, setShown] = useState(false)
  return (
    <span className="relative block">
      <Input
        type={shown ? 'text' : 'password'}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete={autoComplete}
        required={required}
        className="h-10 pr-11"
      />
      <IconButton
        label={shown ? messages.accounts.hidePassword : messages.accounts.showPassword}
        aria-pressed={shown}
        icon={shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        onClick={() => setShown((before) => !before)}
        className="absolute inset-y-0 right-1 my-auto"
      />
    </span>
  )
}
