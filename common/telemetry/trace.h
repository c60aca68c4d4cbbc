#ifndef CLIENTELE_COMMON_TELEMETRY_TRACE_H_
#define CLIENTELE_COMMON_TELEMETRY_TRACE_H_

// W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context/), and random
// ids. No state: randomness comes from the operating system. Thread-safe.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"

namespace clientele::telemetry {

// "00-<32 hex>-<16 hex>-<2 hex>". Nothing when malformed, all-zero, or version ff;
// higher versions are read as far as version 00 goes.
std::optional<TraceContext> ParseTraceparent(absl::string_view header);
// Empty when `trace` has no ids.
std::string FormatTraceparent(const TraceContext& trace);

// A new span of the same trace.
TraceContext ChildSpan(const TraceContext& parent);
// A new trace with its first span.
TraceContext NewTrace(bool sampled);

// A random UUID (version 4).
std::string NewRequestId();

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_TRACE_H_
