// The desk in a real browser. `cargo xtask e2e` builds the program and runs this; what varies comes from it in
// environment variables, so that nothing here knows where anything lies.
import { defineConfig } from '@playwright/test';

const browser = process.env.THROUGHLINE_CHROMIUM;
if (!browser || !process.env.THROUGHLINE_PROGRAM) {
  throw new Error('Run the browser tests with `cargo xtask e2e`: it builds the program and finds Chromium.');
}

export default defineConfig({
  testDir: './tests',
  outputDir: process.env.THROUGHLINE_TRACES ?? './test-results',
  timeout: 60_000,
  expect: { timeout: 5_000 },
  fullyParallel: false,
  workers: 2,
  forbidOnly: true,
  retries: 0,
  reporter: [['list']],
  use: {
    actionTimeout: 20_000,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    viewport: { width: 1280, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: browser,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
