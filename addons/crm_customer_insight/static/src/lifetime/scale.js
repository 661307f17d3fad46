/** Round marks from 0 to just above *largest*: at most six of them. */
export function scale(largest) {
    if (!(largest > 0)) {
        return [0, 1];
    }
    const unit = 10 ** Math.floor(Math.log10(largest));
    const step = [0.2, 0.5, 1, 2, 5].map((factor) => factor * unit).find((size) => largest / size <= 5) || 2 * unit;
    const steps = Math.ceil(largest / step - 1e-9);
    return Array.from({ length: steps + 1 }, (_item, index) => Number((index * step).toPrecision(6)));
}
