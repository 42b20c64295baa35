/* Wine 8 has no icuuc.dll. Qt is linked to it for rare text codecs: each call says that there is
   no such codec, after which Qt does without. For the lab only: never shipped. */
#define U_FILE_ACCESS_ERROR 4
#define EXPORT __declspec(dllexport)

typedef int *Status;

static void refuse(Status status)
{
    if (status)
        *status = U_FILE_ACCESS_ERROR;
}

/* What opens, names or counts. */
EXPORT void *ucnv_open(const char *name, Status status) { refuse(status); return 0; }
EXPORT const char *ucnv_getAvailableName(int number) { return 0; }
EXPORT const char *ucnv_getName(const void *codec, Status status) { refuse(status); return 0; }
EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, Status status)
{
    refuse(status);
    return 0;
}
EXPORT signed char ucnv_getMaxCharSize(const void *codec) { return 1; }
EXPORT int ucnv_toUCountPending(const void *codec, Status status) { refuse(status); return -1; }
EXPORT int ucnv_fromUCountPending(const void *codec, Status status) { refuse(status); return -1; }

/* What works on a codec that nobody was given. */
EXPORT void ucnv_close(void *codec) {}
EXPORT void ucnv_reset(void *codec) {}
EXPORT void ucnv_getToUCallBack(const void *codec, void **action, const void **context)
{
    *action = 0;
    *context = 0;
}
EXPORT void ucnv_getFromUCallBack(const void *codec, void **action, const void **context)
{
    *action = 0;
    *context = 0;
}
EXPORT void ucnv_setToUCallBack(void *codec, void *action, const void *context, void **old_action,
                                const void **old_context, Status status) { refuse(status); }
EXPORT void ucnv_setFromUCallBack(void *codec, void *action, const void *context, void **old_action,
                                  const void **old_context, Status status) { refuse(status); }
EXPORT void ucnv_cbToUWriteUChars(void *arguments, const void *text, int length, int offset,
                                  Status status) { refuse(status); }
EXPORT void ucnv_cbFromUWriteUChars(void *arguments, const void **text, const void *limit,
                                    int offset, Status status) { refuse(status); }
EXPORT void ucnv_toUnicode(void *codec, void **to, const void *to_end, const char **from,
                           const char *from_end, int *offsets, signed char flush, Status status)
{
    refuse(status);
}
EXPORT void ucnv_fromUnicode(void *codec, char **to, const char *to_end, const void **from,
                             const void *from_end, int *offsets, signed char flush, Status status)
{
    refuse(status);
}

/* Names that Qt hands around and nothing calls. */
EXPORT void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
EXPORT void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
