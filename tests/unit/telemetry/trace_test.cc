#include "common/telemetry/trace.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele::telemetry {
namespace {

// The specification's own example.
constexpr char kExample[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST_CASE("a traceparent is read and written back") {
  const auto trace = ParseTraceparent(kExample);
  REQUIRE(trace);
  CHECK(trace->trace_id == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(trace->span_id == "00f067aa0ba902b7");
  CHECK(trace->sampled);
  CHECK(FormatTraceparent(*trace) == kExample);
}

TEST_CASE("only the lowest flag means sampled") {
  CHECK_FALSE(ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02")->sampled);
  CHECK(ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff")->sampled);
}

TEST_CASE("malformed traceparents are ignored") {
  for (const char* header : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
                             "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
    CAPTURE(header);
    CHECK_FALSE(ParseTraceparent(header));
  }
}

TEST_CASE("a later version is read as far as version 00 goes") {
  CHECK(ParseTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
  CHECK_FALSE(ParseTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more"));
}

TEST_CASE("a child keeps the trace and gets a span of its own") {
  const TraceContext parent = *ParseTraceparent(kExample);
  const TraceContext child = ChildSpan(parent);
  CHECK(child.trace_id == parent.trace_id);
  CHECK(child.span_id != parent.span_id);
  CHECK(child.sampled);
  CHECK(ParseTraceparent(FormatTraceparent(child)));
}

TEST_CASE("new traces and request ids are well formed and differ") {
  CHECK(ParseTraceparent(FormatTraceparent(NewTrace(false))));
  CHECK(NewTrace(false).trace_id != NewTrace(false).trace_id);
  const std::string id = NewRequestId();
  REQUIRE(id.size() == 36);
  CHECK(id[14] == '4');
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
  CHECK(id != NewRequestId());
}

TEST_CASE("no ids, no header") { CHECK(FormatTraceparent(TraceContext{}).empty()); }

}  // namespace
}  // namespace clientele::telemetry
