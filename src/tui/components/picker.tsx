import { Box, Text } from 'ink';
import TextInput from 'ink-text-input';
import type { ReactNode } from 'react';
import { FILTER_MARK, type PickerRows } from '../frame/frame-layout.ts';
import { encodeLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { StyledRows } from './styled-rows.tsx';

interface PickerProps {
  readonly picker: PickerRows;
  readonly theme: Theme;
}

/** The controller has the keys: it may get several before the next frame is drawn. */
const ignore = () => undefined;

/** A list to choose from, with what was typed to filter it. */
export function Picker({ picker: { title, filter, list }, theme }: PickerProps): ReactNode {
  return (
    <Box flexDirection="column">
      <StyledRows rows={title} />
      {filter === undefined ? null : (
        <Box>
          <Text>{encodeLine([span(FILTER_MARK, theme.muted)])}</Text>
          <TextInput value={filter} focus={false} onChange={ignore} />
        </Box>
      )}
      <StyledRows rows={list} />
    </Box>
  );
}
