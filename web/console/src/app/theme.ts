/** Mantine's theme: one neutral scale, one accent. Everything else about the look is in `styles/tokens.css`. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { words } from '@/shared/words';

/** Petrol, the colour of deep harbour water. */
const harbour: MantineColorsTuple = [
  '#e7f5f6',
  '#cde7ea',
  '#9dced4',
  '#69b3bc',
  '#3f9aa6',
  '#1f8290',
  '#0e6d7a',
  '#0b5e68',
  '#084c55',
  '#063a41',
];

/** The neutral scale of `styles/tokens.css`, where Mantine's parts ask for their greys. */
const gray: MantineColorsTuple = [
  '#f7f9f9',
  '#eef2f2',
  '#e3e8e8',
  '#ccd4d5',
  '#aab5b8',
  '#85949a',
  '#5c6a6f',
  '#4c5a5e',
  '#2c3739',
  '#12191b',
];
const dark: MantineColorsTuple = [
  '#e6ecee',
  '#c3ced2',
  '#9fadb2',
  '#6b7a80',
  '#303c41',
  '#263136',
  '#182024',
  '#12181b',
  '#0f1517',
  '#0c1113',
];

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  colors: { harbour, gray, dark },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '14px' },
  defaultRadius: 'sm',
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '15px', lineHeight: '24px' },
      h3: { fontSize: '13px', lineHeight: '20px' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, radius: 'sm', fz: 'xs' } },
    Modal: {
      defaultProps: {
        closeButtonProps: { 'aria-label': words().close },
        overlayProps: { backgroundOpacity: 0.35 },
        transitionProps: { duration: 90 },
      },
    },
    Drawer: {
      defaultProps: {
        closeButtonProps: { 'aria-label': words().close },
        overlayProps: { backgroundOpacity: 0.35 },
        transitionProps: { duration: 120 },
      },
    },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 60 } } },
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', allowDeselect: false } },
  },
});

/** Has Mantine's parts draw with our tokens, so that there is one neutral scale. */
export const cssVariables: CSSVariablesResolver = () => {
  const tokens = {
    '--mantine-color-body': 'var(--panel)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-2)',
    '--mantine-color-default': 'var(--panel)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-2)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-error': 'var(--bad)',
  };
  return { variables: {}, light: tokens, dark: tokens };
};
