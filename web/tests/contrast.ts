/** Contrast as WCAG 2.2 defines it ("contrast ratio", "relative luminance"). */

type Rgb = readonly [number, number, number];

const NAMED: Readonly<Record<string, string>> = { white: '#ffffff', black: '#000000' };

/** A colour of CSS as numbers from 0 to 255; null for what is no opaque colour by itself. */
export function rgb(colour: string): Rgb | null {
  const value = NAMED[colour] ?? colour;
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(value)?.[1];
  if (hex) {
    const six = hex.length === 3 ? [...hex].map((one) => one + one).join('') : hex;
    return [0, 2, 4].map((at) => Number.parseInt(six.slice(at, at + 2), 16)) as unknown as Rgb;
  }
  const numbers = /^(rgb|hsl)\(\s*([\d.]+)(?:deg)?[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?\s*\)$/i.exec(value);
  if (!numbers) return null;
  const [first = 0, second = 0, third = 0] = numbers.slice(2).map(Number);
  return numbers[1] === 'rgb' ? [first, second, third] : fromHsl(first, second / 100, third / 100);
}

/** CSS Color 4, section 7.1. */
function fromHsl(hue: number, saturation: number, light: number): Rgb {
  const channel = (shift: number): number => {
    const at = (shift + hue / 30) % 12;
    return 255 * (light - saturation * Math.min(light, 1 - light) * Math.max(-1, Math.min(at - 3, 9 - at, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

function luminance([red, green, blue]: Rgb): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 to 21; throws for what is no colour. */
export function contrast(one: string, other: string): number {
  const colours = [rgb(one), rgb(other)];
  if (colours.includes(null)) throw new Error(`no colour: ${one} or ${other}`);
  const [high = 0, low = 0] = (colours as Rgb[]).map(luminance).sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}
