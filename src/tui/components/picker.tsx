import { Box, Text } from 'ink';
import TextInput from 'ink-text-input';
import type { ReactNode } from 'react';
import { pickerLines } from '../frame/frame-layout.ts';
import type { PickerState } from '../picker/picker.ts';
import { encodeLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { StyledRows } from './styled-rows.tsx';

interface PickerProps {
  readonly picker: PickerState;
  readonly theme: Theme;
  readonly columns: number;
  readonly rows: number;
  readonly onFilter: (filter: string) => void;
}

/** A list to choose from; typing filters it. */
export function Picker({ picker, theme, columns, rows, onFilter }: PickerProps): ReactNode {
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">{encodeLine([span(picker.title, theme.heading)])}</Text>
      <Box>
        <Text>{encodeLine([span('filter: ', theme.muted)])}</Text>
        <TextInput value={picker.filter} onChange={onFilter} />
      </Box>
      <StyledRows rows={pickerLines(picker, { theme, columns, rows })} />
    </Box>
  );
}
