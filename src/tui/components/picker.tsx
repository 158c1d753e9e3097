import { Box, Text } from 'ink';
import TextInput from 'ink-text-input';
import type { ReactNode } from 'react';
import { FILTER_MARK, pickerLines, shownFilter } from '../frame/frame-layout.ts';
import type { PickerState } from '../picker/picker.ts';
import { encodeLine, span, truncateLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { StyledRows } from './styled-rows.tsx';

interface PickerProps {
  readonly picker: PickerState;
  readonly theme: Theme;
  readonly columns: number;
  readonly rows: number;
}

/** The controller has the keys: it may get several before the next frame is drawn. */
const ignore = () => undefined;

/** A list to choose from, with what was typed to filter it; the keys go to the controller. */
export function Picker({ picker, theme, columns, rows }: PickerProps): ReactNode {
  const title = truncateLine([span(picker.title, theme.heading)], columns - 1);
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">{encodeLine(title)}</Text>
      <Box>
        <Text>{encodeLine([span(FILTER_MARK, theme.muted)])}</Text>
        <TextInput value={shownFilter(picker, columns)} focus={false} onChange={ignore} />
      </Box>
      <StyledRows rows={pickerLines(picker, { theme, columns, rows })} />
    </Box>
  );
}
