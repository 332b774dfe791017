/**
 * The page's style sheet.
 * @module
 */

/** Light, and dark where the system is. */
export const STYLE: string = `
:root { --ground: #ffffff; --ink: #1b1f24; --faint: #6b7280; --line: #e3e6ea; --card: #f6f7f9; --bad: #b3261e; --good: #1e7d43;
  --fault: #e0a10033; --leader: #2f7d4f; --follower: #9db8d2; --candidate: #d08a2e; --down: #8a8a8a55; --message: #4a6fa5; --map: #c9a227; --reduce: #7d6bb0; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --ink: #e6e9ed; --faint: #9aa3ad; --line: #2b3138; --card: #1c2127;
  --bad: #ff8a80; --good: #6fd39a; --fault: #e0a10044; --leader: #4caf7a; --follower: #41576d; --candidate: #c98a3a; --down: #77777755; --message: #8fb4e8; --map: #a5841c; --reduce: #8f7cc9; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
main { max-width: 1400px; margin: 0 auto; padding: 16px; }
h1 { font-size: 20px; margin: 0 0 8px; } h2 { font-size: 16px; margin: 24px 0 8px; }
.badge { border-radius: 4px; padding: 2px 8px; color: var(--ground); background: var(--good); } .badge.bad { background: var(--bad); }
.rule { border-left: 4px solid var(--bad); background: var(--card); padding: 8px 12px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; } dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--card); padding: 8px 12px; overflow: auto; max-height: 320px; white-space: pre-wrap; margin: 0; }
svg { display: block; max-width: 100%; } svg text { fill: var(--ink); font: 11px system-ui, sans-serif; }
.axis { fill: var(--faint); text-anchor: middle; } .axis.note { text-anchor: start; } .axis.end { text-anchor: end; } .tick { stroke: var(--line); } .phase { stroke: var(--faint); stroke-dasharray: 4 3; }
.fault { fill: var(--fault); } .role.leader { fill: var(--leader); } .role.follower, .role.waiting { fill: var(--follower); }
.role.candidate, .role.preCandidate { fill: var(--candidate); } .role.down { fill: var(--down); }
.role.mapping { fill: var(--map); } .role.reducing { fill: var(--reduce); } .role.over { fill: var(--leader); }
.group { stroke: var(--faint); stroke-width: 1.5; }
#lines { position: relative; } #stretch { position: absolute; top: 0; bottom: 0; display: none; background: var(--message); opacity: 0.25; pointer-events: none; }
.message { stroke: var(--message); stroke-width: 0.8; } .lost { stroke: var(--bad); stroke-width: 0.8; stroke-dasharray: 2 2; } .broken { stroke: var(--bad); stroke-width: 2; }
polyline { fill: none; stroke: var(--message); stroke-width: 1.5; } polyline.greatest { stroke: var(--bad); stroke-width: 0.8; } polyline.rate { stroke: var(--good); }
#timeline { cursor: crosshair; } iframe { width: 100%; height: 700px; border: 1px solid var(--line); } .hint { color: var(--faint); }
`;
