// Plain JavaScript on purpose: a TypeScript file here makes every start load the whole compiler first.

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // The optimizer had code execution holes; images come from our own route.
  images: { unoptimized: true },
  productionBrowserSourceMaps: false,
  // `npm run check` runs the same compiler over everything; the build need not do it twice.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  turbopack: { root: import.meta.dirname },
}

export default config
