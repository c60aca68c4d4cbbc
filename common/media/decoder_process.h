#ifndef CLIENTELE_COMMON_MEDIA_DECODER_PROCESS_H_
#define CLIENTELE_COMMON_MEDIA_DECODER_PROCESS_H_

namespace clientele::media {

// The work of the program picture-decoder: waits on the control socket `control` for pictures and
// videos from isolated_decoder.h, and decodes each in a process of its own, forked when the picture
// comes and confined (confinement.h) before it reads the first byte of it. Never reads a picture
// itself. Returns the exit code when the other side closes the socket. For a process of one thread.
int ServePictures(int control);

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_DECODER_PROCESS_H_
