import { defineConfig } from '@playwright/test';

// Debian's Chromium: Playwright's own browser is a download that not every machine can make.
const executablePath = process.env.MUSTER_CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig({
  projects: [
    { name: 'journeys', testDir: 'journeys' },
    { name: 'screens', testDir: 'screens' },
  ],
  outputDir: '../target/end2end/results',
  // A journey is a story told in order; several stories run side by side, each with a server and a provider of its own.
  fullyParallel: false,
  workers: 2,
  // A visit has a dozen pages, each looked at in two themes, on two cores that do other things too.
  timeout: 240_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    actionTimeout: 10_000,
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
