/** Outlines of the icons on a 24 x 24 field, each a list of path data. */
export const ICONS = {
  search: ['M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z', 'm20 20-4.9-4.9'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  chevronRight: ['m9 5 7 7-7 7'],
  chevronLeft: ['m15 5-7 7 7 7'],
  moon: ['M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z'],
  sun: [
    'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z',
    'M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  ],
  expand: ['M4 9V4h5', 'M20 9V4h-5', 'M4 15v5h5', 'M20 15v5h-5'],
  shrink: ['M9 4v5H4', 'M15 4v5h5', 'M9 20v-5H4', 'M15 20v-5h5'],
  plus: ['M12 5v14', 'M5 12h14'],
  minus: ['M5 12h14'],
  whole: ['M4 8V5a1 1 0 0 1 1-1h3', 'M20 8V5a1 1 0 0 0-1-1h-3', 'M4 16v3a1 1 0 0 0 1 1h3', 'M20 16v3a1 1 0 0 1-1 1h-3', 'M9 9h6v6H9z'],
  centre: ['M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z', 'M12 2.5v4M12 17.5v4M2.5 12h4M17.5 12h4'],
  copy: ['M9 9h10v11H9z', 'M5 15V4h10'],
  check: ['m5 12.5 4.5 4.5L19 7'],
  grid: ['M4 4h16v16H4z', 'M4 10.5h7.5M11.5 4v16M11.5 14H20'],
  warning: ['M12 4 2.8 19.5h18.4L12 4Z', 'M12 10v4.5', 'M12 17v.01'],
  empty: ['M4 6.5 9 4l6 2.5L20 4v13.5L15 20l-6-2.5L4 20V6.5Z', 'M9 4v13.5M15 6.5V20'],
  flask: ['M9.5 3.5h5', 'M10.5 3.5v6L5 19a1.2 1.2 0 0 0 1 1.8h12a1.2 1.2 0 0 0 1-1.8l-5.500-9.500v-6', 'M7.500 15.500h9'],
} as const satisfies Record<string, readonly string[]>

export type IconName = keyof typeof ICONS
