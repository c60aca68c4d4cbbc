#include "common/media/confinement.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLIENTELE_SHADOW_MEMORY true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CLIENTELE_SHADOW_MEMORY true
#endif
#endif
#ifndef CLIENTELE_SHADOW_MEMORY
#define CLIENTELE_SHADOW_MEMORY false
#endif

namespace clientele::media {
namespace {

absl::Status Failed(const char* what) {
  return absl::InternalError(absl::StrCat("a decoding process could not give up ", what));
}

absl::Status Limit(__rlimit_resource resource, rlim_t value, const char* what) {
  const rlimit limit{value, value};
  return setrlimit(resource, &limit) == 0 ? absl::OkStatus() : Failed(what);
}

// Bytes that are mapped, also where nothing is behind them.
rlim_t MappedBytes() {
  std::ifstream statm("/proc/self/statm");
  rlim_t pages = 0;
  statm >> pages;
  return pages * getauxval(AT_PAGESZ);
}

#if defined(__x86_64__) || defined(__aarch64__)

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#endif

// Memory, descriptors that are open, clocks, and the end.
constexpr unsigned kAllowed[] = {__NR_read,          __NR_write,
                                 __NR_readv,         __NR_writev,
                                 __NR_recvfrom,      __NR_sendto,
                                 __NR_close,         __NR_fstat,
                                 __NR_lseek,         __NR_mmap,
                                 __NR_munmap,        __NR_mremap,
                                 __NR_mprotect,      __NR_madvise,
                                 __NR_brk,           __NR_futex,
                                 __NR_rt_sigreturn,  __NR_rt_sigprocmask,
                                 __NR_rt_sigaction,  __NR_sigaltstack,
                                 __NR_clock_gettime, __NR_clock_nanosleep,
                                 __NR_nanosleep,     __NR_gettimeofday,
                                 __NR_sched_yield,   __NR_sched_getaffinity,
                                 __NR_getrandom,     __NR_getpid,
                                 __NR_gettid,        __NR_tgkill,
                                 __NR_uname,         __NR_sysinfo,
                                 __NR_exit,          __NR_exit_group};

absl::Status FilterSystemCalls() {
  constexpr std::size_t kCount = std::size(kAllowed);
  constexpr auto kReturn = static_cast<std::uint16_t>(BPF_RET | BPF_K);
  constexpr auto kLoad = static_cast<std::uint16_t>(BPF_LD | BPF_W | BPF_ABS);
  constexpr auto kIfEqual = static_cast<std::uint16_t>(BPF_JMP | BPF_JEQ | BPF_K);
  static_assert(kCount < 200, "a jump of the filter goes at most 255 instructions far");
  sock_filter program[kCount + 6] = {};
  std::size_t next = 0;
  const auto add = [&](std::uint16_t code, std::uint8_t if_true, std::uint8_t if_false,
                       std::uint32_t operand) {
    program[next++] = {code, if_true, if_false, operand};
  };
  add(kLoad, 0, 0, offsetof(seccomp_data, arch));
  add(kIfEqual, 1, 0, kArchitecture);
  add(kReturn, 0, 0, SECCOMP_RET_KILL_PROCESS);
  add(kLoad, 0, 0, offsetof(seccomp_data, nr));
  for (std::size_t i = 0; i < kCount; ++i) {
    add(kIfEqual, static_cast<std::uint8_t>(kCount - i), 0, kAllowed[i]);
  }
  add(kReturn, 0, 0, SECCOMP_RET_ERRNO | EPERM);
  add(kReturn, 0, 0, SECCOMP_RET_ALLOW);
  const sock_fprog filter{static_cast<unsigned short>(next), program};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 ? absl::OkStatus()
                                                                  : Failed("system calls");
}

#else

absl::Status FilterSystemCalls() { return absl::OkStatus(); }

#endif

}  // namespace

bool BoundsMemory() { return !CLIENTELE_SHADOW_MEMORY; }

absl::Status Confine(const Confinement& confinement) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return Failed("its life after its parent's");
  if (prctl(PR_SET_DUMPABLE, 0) != 0) return Failed("its memory's dump");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Failed("new privileges");
  CLIENTELE_RETURN_IF_ERROR(Limit(RLIMIT_CORE, 0, "core files"));
  CLIENTELE_RETURN_IF_ERROR(Limit(RLIMIT_FSIZE, 0, "writing files"));
  CLIENTELE_RETURN_IF_ERROR(Limit(RLIMIT_CPU, confinement.seconds, "processor time"));
  if (BoundsMemory()) {
    CLIENTELE_RETURN_IF_ERROR(Limit(RLIMIT_AS, MappedBytes() + confinement.memory_bytes, "memory"));
  }
  signal(SIGALRM, SIG_DFL);
  alarm(confinement.seconds);
  return FilterSystemCalls();
}

}  // namespace clientele::media
