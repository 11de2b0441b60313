// What our pages use of uPlot: the script `npm run vendor` makes uplot.js and uplot.css of it.
import 'uplot/dist/uPlot.min.css';
export { default } from 'uplot';
