import { Button, Tooltip, VisuallyHidden, type ButtonProps } from '@mantine/core';
import { useId, type MouseEvent, type ReactNode } from 'react';
import { yes, type Verdict } from '../auth/permissions';

interface Props extends Omit<ButtonProps, 'onClick'> {
  /** Whether it may be done; when not, the button stays reachable and says why. */
  can?: Verdict;
  onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
  type?: 'button' | 'submit';
  children: ReactNode;
}

/** A button that says why it can't be pressed. A natively disabled one would be skipped by keyboards and tell nobody. */
export function ActionButton({ can = yes, onClick, children, type = 'button', ...rest }: Props) {
  const reasonId = useId();
  if (can.allowed) return <Button {...rest} type={type} onClick={onClick}>{children}</Button>;
  return (
    <>
      <Tooltip label={can.reason}>
        <Button {...rest} type="button" data-disabled aria-disabled aria-describedby={reasonId} onClick={(event) => event.preventDefault()}>
          {children}
        </Button>
      </Tooltip>
      <VisuallyHidden id={reasonId}>{can.reason}</VisuallyHidden>
    </>
  );
}
