import { playableCodecs } from './codecs.js';

const browsers = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']];

/** Describes this browser as a device. */
export function describeThisDevice(audio, settings) {
  const { userAgent, userAgentData } = navigator;
  const browser = browsers.find(([part]) => userAgent.includes(part))?.[1];
  const isTablet = /iPad|Tablet/.test(userAgent);
  const isPhone = userAgentData?.mobile ?? /Mobi/.test(userAgent);
  return {
    name: browser ? `Web player (${browser})` : 'Web player',
    type: isTablet ? 'tablet' : isPhone ? 'smartphone' : 'computer',
    volume_percent: Math.round(settings.volume * 100),
    supports_volume: true,
    codecs: playableCodecs(audio),
  };
}
