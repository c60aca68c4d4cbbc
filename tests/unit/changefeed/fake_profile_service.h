#ifndef CLIENTELE_TESTS_UNIT_CHANGEFEED_FAKE_PROFILE_SERVICE_H_
#define CLIENTELE_TESTS_UNIT_CHANGEFEED_FAKE_PROFILE_SERVICE_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/rpc/credentials.h"

namespace clientele::testing {

// A profile-service that serves StreamChanges from memory. A cursor is the number
// of changes before it.
class FakeProfileService final : public profile::v1::ProfileService::Service {
 public:
  enum class Reach { kLoopback, kInProcess };

  explicit FakeProfileService(Reach reach = Reach::kLoopback) : reach_(reach) { Start(0); }
  ~FakeProfileService() override { Stop(); }

  void Start(int port) {
    {
      std::lock_guard lock(mutex_);
      stopping_ = false;
    }
    grpc::ServerBuilder builder;
    if (reach_ == Reach::kLoopback) {
      builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), rpc::MakeServerCredentials(),
                               &port_);
    }
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  void Stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (server_ != nullptr) server_->Shutdown();
    server_.reset();
  }

  std::string target() const { return absl::StrCat("127.0.0.1:", port_); }
  int port() const { return port_; }
  // While started; no call may begin on it later.
  std::shared_ptr<grpc::Channel> InProcessChannel() {
    return server_->InProcessChannel(grpc::ChannelArguments());
  }

  void Append(profile::v1::Change change) {
    {
      std::lock_guard lock(mutex_);
      log_.push_back(std::move(change));
    }
    changed_.notify_all();
  }
  void AppendEvent(const std::string& customer, const std::string& event,
                   profile::v1::EventType type, const std::string& item, std::int64_t seconds) {
    profile::v1::Change change;
    change.set_customer("customers/" + customer);
    change.mutable_change_time()->set_seconds(seconds);
    profile::v1::Event& proto = *change.mutable_event();
    proto.set_customer(change.customer());
    proto.set_event_id(event);
    proto.set_type(type);
    proto.mutable_event_time()->set_seconds(seconds);
    if (!item.empty()) proto.set_item("items/" + item);
    proto.set_quantity(1);
    proto.set_text("never asked for");
    Append(change);
  }
  void AppendCreation(const std::string& customer) {
    profile::v1::Change change;
    change.set_customer("customers/" + customer);
    change.mutable_customer_created();
    Append(change);
  }
  void AppendDeletion(const std::string& customer) {
    profile::v1::Change change;
    change.set_customer("customers/" + customer);
    change.mutable_customer_deleted();
    Append(change);
  }

  grpc::Status StreamChanges(
      grpc::ServerContext* context, const profile::v1::StreamChangesRequest* request,
      grpc::ServerWriter<profile::v1::StreamChangesResponse>* writer) override {
    std::size_t position = 0;
    int parsed = 0;
    if (absl::SimpleAtoi(request->cursor(), &parsed)) position = static_cast<std::size_t>(parsed);
    std::unique_lock lock(mutex_);
    while (!stopping_ && !context->IsCancelled()) {
      profile::v1::StreamChangesResponse response;
      while (position < log_.size() && response.changes_size() < 100) {
        *response.add_changes() = log_[position++];
        if (!request->include_text() && response.changes(response.changes_size() - 1).has_event()) {
          response.mutable_changes(response.changes_size() - 1)->mutable_event()->clear_text();
        }
      }
      response.set_cursor(position == 0 ? "" : absl::StrCat(position));
      lock.unlock();
      if (!writer->Write(response)) return grpc::Status::CANCELLED;
      lock.lock();
      changed_.wait_for(lock, std::chrono::milliseconds(200),
                        [&] { return stopping_ || position < log_.size(); });
    }
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "going away");
  }

 private:
  const Reach reach_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<profile::v1::Change> log_;
  bool stopping_ = false;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_UNIT_CHANGEFEED_FAKE_PROFILE_SERVICE_H_
