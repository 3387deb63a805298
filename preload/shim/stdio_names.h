/* The stdio functions that are counted: FUNCTION(row, name). Rows are fixed: records of several runs are added up. */
