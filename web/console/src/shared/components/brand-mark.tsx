/** The quay: goods arrive in one row and leave in many. */
export function BrandMark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0b5e68" />
      <g fill="#fff">
        <rect x="7" y="7" width="11" height="4.6" rx="1" />
        <rect x="7" y="13.7" width="18" height="4.6" rx="1" opacity=".72" />
        <rect x="7" y="20.4" width="8" height="4.6" rx="1" />
        <rect x="17" y="20.4" width="8" height="4.6" rx="1" opacity=".45" />
      </g>
    </svg>
  );
}
