"""What a year will come to, for thousands of short monthly series at once, with sums that hold."""
