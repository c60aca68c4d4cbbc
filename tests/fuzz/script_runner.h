#ifndef CLIENTELE_TESTS_FUZZ_SCRIPT_RUNNER_H_
#define CLIENTELE_TESTS_FUZZ_SCRIPT_RUNNER_H_

// Runs scripts against the handlers of one service and checks every answer.
//
//   static const ScriptRunner<ProfileRpc> runner =
//       ScriptRunner<ProfileRpc>(TargetScript())
//           .Add("GetCustomer", &ProfileRpc::GetCustomer) ...;
//   runner.Run(script, worker, rpc, [](const google::protobuf::Message& part) { ... });

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

#include "common/executor/executor.h"
#include "common/rpc/dispatcher.h"
#include "common/time/clock.h"
#include "tests/fuzz/answer_checks.h"
#include "tests/fuzz/call_script.h"
#include "tests/fuzz/direct_call.h"

namespace clientele::fuzz {

// A dispatcher with one worker and no middleware. The clock is borrowed. To be leaked: libraries
// clean up at the process's exit what they hold for a thread, and then the thread must live.
class OneWorker {
 public:
  OneWorker(std::string service, const Clock* clock)
      : dispatcher_(std::move(service), {.middlewares = &middlewares_,
                                         .unary_executor = &executor_,
                                         .stream_executor = &executor_,
                                         .client_stream_executor = &executor_,
                                         .waiting_streams = &waiting_streams_,
                                         .clock = clock,
                                         .in_flight = &in_flight_}) {}
  rpc::Dispatcher* dispatcher() { return &dispatcher_; }
  Executor& executor() { return executor_; }

 private:
  const rpc::MiddlewareChain middlewares_;
  rpc::internal::InFlightCalls in_flight_;
  Executor executor_{{.name = "fuzz", .threads = 1}};
  rpc::WaitingStreams waiting_streams_{{}};
  rpc::Dispatcher dispatcher_;
};

template <class Rpc, class Request, class Response>
Request RequestOf(grpc::ServerUnaryReactor* (Rpc::*)(grpc::CallbackServerContext*, const Request*,
                                                     Response*));
template <class Rpc, class Request, class Response>
Request RequestOf(grpc::ServerWriteReactor<Response>* (Rpc::*)(grpc::CallbackServerContext*,
                                                               const Request*));
template <class Rpc, class Request, class Response>
Request RequestOf(grpc::ServerReadReactor<Request>* (Rpc::*)(grpc::CallbackServerContext*,
                                                             Response*));

template <class Rpc>
class ScriptRunner {
 public:
  // Called with every message in an answer, the answer itself included.
  using Visitor = std::function<void(const google::protobuf::Message&)>;

  template <class Method>
  ScriptRunner& Add(const std::string& name, Method method) {
    handlers_[name] = [method](Executor& worker, Rpc& rpc, const std::string& wire) {
      // What is no message never reaches a handler.
      decltype(RequestOf(method)) request;
      if (!request.ParseFromString(wire)) return DirectAnswer();
      DirectAnswer answer = Call(worker, rpc, method, request);
      CheckAnswer(answer);
      if (answer.status.ok() && IsIdempotent(request)) {
        Require(BytesOf(Call(worker, rpc, method, request)) == BytesOf(answer),
                "a mutation that is sent again answers the same");
      }
      return answer;
    };
    return *this;
  }

  void Run(const google::protobuf::Message& script, OneWorker& worker, Rpc& rpc,
           const Visitor& visit) const {
    for (const ScriptedCall& call : CallScript::Calls(script)) {
      const auto handler = handlers_.find(call.method);
      Require(handler != handlers_.end(), "every method of the service is fuzzed");
      const DirectAnswer answer = handler->second(worker.executor(), rpc, call.wire);
      for (const auto& message : answer.messages) VisitAll(*message, visit);
    }
  }

 private:
  std::map<std::string, std::function<DirectAnswer(Executor&, Rpc&, const std::string&)>> handlers_;
};

}  // namespace clientele::fuzz

#endif  // CLIENTELE_TESTS_FUZZ_SCRIPT_RUNNER_H_
