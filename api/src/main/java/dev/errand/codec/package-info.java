/**
 * How a job looks on the wire: {@link dev.errand.codec.PayloadCodec} for the body,
 * {@link dev.errand.codec.WireFormat} for all else. Everything here is thread-safe.
 */
@NullMarked
package dev.errand.codec;

import org.jspecify.annotations.NullMarked;
