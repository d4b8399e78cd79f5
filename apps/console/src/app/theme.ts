import type { ThemeConfig } from 'antd';

/** Indigo on unbleached cloth; quiet, so that the pictures are what one sees. */
export const THEME: ThemeConfig = {
  token: {
    colorPrimary: '#26457a',
    colorInfo: '#26457a',
    colorLink: '#26457a',
    colorText: '#1d2430',
    colorTextSecondary: '#4a5362',
    colorTextTertiary: '#5b6473',
    colorTextDescription: '#4a5362',
    colorTextPlaceholder: '#6b7280',
    colorBorder: '#c9c6bd',
    colorBorderSecondary: '#e4e1d8',
    colorBgLayout: '#f6f4ef',
    borderRadius: 6,
    fontSize: 14,
    controlHeight: 32,
    fontFamily:
      '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", system-ui, sans-serif',
    motion: false,
  },
};
