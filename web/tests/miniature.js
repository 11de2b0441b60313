import { PNG } from 'pngjs';

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** How many pixels a square is wide and high. */
export const SQUARE = 8;

/**
 * A picture in small: each pixel is the mean of a square of the whole one. What chance decides is transparent.
 *
 * It is small enough to be kept, and blind for what a reader does not see either: another way of drawing the same letters, a
 * shift by a pixel, another digit.
 */
export class Miniature {
  /** @param {PNG} png */
  constructor(png) {
    this.#png = png;
  }

  #png;

  /**
   * @param {PNG} picture
   * @param {Box[]} [holes] what chance decides
   */
  static of(picture, holes = []) {
    const [width, height] = [Math.ceil(picture.width / SQUARE), Math.ceil(picture.height / SQUARE)];
    const png = new PNG({ width, height });
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) png.data.set(mean(picture, x, y), at(png, x, y));
    for (const { x, y, width, height } of holes) {
      const [left, top] = [Math.max(0, Math.floor(x / SQUARE)), Math.max(0, Math.floor(y / SQUARE))];
      const [right, bottom] = [Math.min(png.width, Math.ceil((x + width) / SQUARE)), Math.min(png.height, Math.ceil((y + height) / SQUARE))];
      for (let y = top; y < bottom; y++) png.data.fill(0, at(png, Math.min(left, right), y), at(png, right, y));
    }
    return new Miniature(png);
  }

  /** @param {Buffer} file that `file` made */
  static from(file) {
    return new Miniature(PNG.sync.read(file));
  }

  file() {
    return PNG.sync.write(this.#png, { deflateLevel: 9 });
  }

  /** As large as what it was made of, to be looked at. */
  enlarged() {
    const { width, height } = this.#png;
    const large = new PNG({ width: width * SQUARE, height: height * SQUARE });
    for (let y = 0; y < large.height; y++)
      for (let x = 0; x < large.width; x++) {
        const from = at(this.#png, Math.floor(x / SQUARE), Math.floor(y / SQUARE));
        large.data.set(this.#png.data.subarray(from, from + 4), at(large, x, y));
      }
    return PNG.sync.write(large);
  }

  /**
   * The squares in which the other looks so different that people would see it, or none if they are too few.
   *
   * @param {Miniature} other
   * @returns {Box[]} in pixels of the whole picture
   */
  differences(other) {
    const [width, height] = [Math.max(this.#png.width, other.#png.width), Math.max(this.#png.height, other.#png.height)];
    /** @type {Box[]} */
    const found = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (this.#differs(other, x, y)) found.push({ x: x * SQUARE, y: y * SQUARE, width: SQUARE, height: SQUARE });
    return found.length > UNSEEN_MAX ? found : [];
  }

  /**
   * @param {Miniature} other
   * @param {number} x
   * @param {number} y
   */
  #differs(other, x, y) {
    if (!this.#has(x, y) || !other.#has(x, y)) return !this.#isAtEdge(x, y) || !other.#isAtEdge(x, y);
    const [isHole, isOtherHole] = [this.#isHole(x, y), other.#isHole(x, y)];
    // Words that chance decides are now and then longer: a hole's edge is no difference, a hole where none was is.
    if (isHole || isOtherHole) return isHole !== isOtherHole && !(isHole ? other : this).#isNearHole(x, y);
    const [mine, others] = [at(this.#png, x, y), at(other.#png, x, y)];
    return [0, 1, 2].some((colour) => {
      const difference = Math.abs(this.#png.data[mine + colour] - other.#png.data[others + colour]);
      return difference > EVEN_MAX && difference > EVEN_MAX + UNEVEN_MAX * this.#unevenness(x, y, colour);
    });
  }

  /**
   * How much the squares around differ from each other: a shift of what is drawn there changes them by a part of it.
   *
   * @param {number} x
   * @param {number} y
   * @param {number} colour
   */
  #unevenness(x, y, colour) {
    const around = this.#around(x, y, 1).filter(([x, y]) => !this.#isHole(x, y));
    const values = around.map(([x, y]) => this.#png.data[at(this.#png, x, y) + colour]);
    return Math.max(...values) - Math.min(...values);
  }

  /** @param {number} x @param {number} y */
  #isNearHole(x, y) {
    return this.#around(x, y, HOLE_EDGE).some(([x, y]) => this.#isHole(x, y));
  }

  /** @param {number} x @param {number} y */
  #isHole(x, y) {
    return this.#png.data[at(this.#png, x, y) + 3] === 0;
  }

  /** @param {number} x @param {number} y */
  #has(x, y) {
    return x < this.#png.width && y < this.#png.height;
  }

  /** Whether it is at most one square over the edge. @param {number} x @param {number} y */
  #isAtEdge(x, y) {
    return x <= this.#png.width && y <= this.#png.height;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} distance
   * @returns {[x: number, y: number][]}
   */
  #around(x, y, distance) {
    /** @type {[number, number][]} */
    const squares = [];
    for (let down = Math.max(0, y - distance); down <= Math.min(this.#png.height - 1, y + distance); down++)
      for (let right = Math.max(0, x - distance); right <= Math.min(this.#png.width - 1, x + distance); right++) squares.push([right, down]);
    return squares;
  }
}

/**
 * @param {PNG} picture
 * @param {number} x of the square
 * @param {number} y
 */
function mean(picture, x, y) {
  const [right, bottom] = [Math.min((x + 1) * SQUARE, picture.width), Math.min((y + 1) * SQUARE, picture.height)];
  const sums = [0, 0, 0];
  for (let row = y * SQUARE; row < bottom; row++)
    for (let from = at(picture, x * SQUARE, row); from < at(picture, right, row); from += 4) {
      sums[0] += picture.data[from];
      sums[1] += picture.data[from + 1];
      sums[2] += picture.data[from + 2];
    }
  const pixels = (right - x * SQUARE) * (bottom - y * SQUARE);
  return [...sums.map((sum) => Math.min(255, Math.round(sum / pixels / STEP) * STEP)), 255];
}

/** @param {PNG} png @param {number} x @param {number} y */
function at(png, x, y) {
  return 4 * (y * png.width + x);
}

/** Colours are kept in steps of so much: finer ones only make the file larger. */
const STEP = 4;

/** By how much a colour may differ where all around is even, of 255. */
const EVEN_MAX = 8;

/** By which part of the unevenness around it may differ besides. */
const UNEVEN_MAX = 0.4;

/** How many squares may differ. */
const UNSEEN_MAX = 4;

/** By how many squares a hole may be larger. */
const HOLE_EDGE = 2;
